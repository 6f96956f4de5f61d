import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** An OSGi framework that installs the bundles it is given, and starts them: {@code Host <storage> <bundle> ...}. */
public final class Host {
    public static void main(String[] arguments) throws Exception {
        Map<String, String> settings = Map.of(
                Constants.FRAMEWORK_STORAGE,
                arguments[0],
                Constants.FRAMEWORK_STORAGE_CLEAN,
                Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        Framework framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(settings);
        framework.start();
        int status = 0;
        List<Bundle> bundles = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            bundles.add(framework
                    .getBundleContext()
                    .installBundle(Path.of(arguments[i]).toUri().toString()));
        }
        for (Bundle bundle : bundles) {
            try {
                bundle.start();
                System.out.println(bundle.getSymbolicName() + " " + bundle.getVersion() + " runs");
            } catch (BundleException e) {
                status = 1;
                System.out.println(e.getMessage());
                if (e.getCause() != null) {
                    e.getCause().printStackTrace(System.out);
                }
            }
        }
        framework.stop();
        framework.waitForStop(0);
        System.exit(status);
    }
}
